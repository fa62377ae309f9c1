// Names that stay inside their disk.

/**
 * The name itself, when it is relative and has no empty, `.` or `..` part, backslash or NUL.
 * @throws {TypeError} otherwise: names are made by our own code, so a wrong one is a bug
 */
export function requireName(name: string): string {
  const parts = name.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..') || /[\\\0]/.test(name)) {
    throw new TypeError(`not a name on a disk: ${JSON.stringify(name)}`)
  }
  return name
}
