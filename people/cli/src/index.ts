// The command's front door for other programs: how what the maker hands over becomes a server's founding.

export { foundingOf } from './founding.ts'
