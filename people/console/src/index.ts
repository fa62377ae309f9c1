// Where the built console lies, for the program that serves it.

export { consoleFolder } from './folder.ts'
