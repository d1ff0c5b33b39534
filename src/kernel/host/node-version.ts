/** package.json's `engines`. */
const [MAJOR, MINOR] = [22, 12]

/** Why this program cannot run on a Node of that version, or on this one; nothing where it can. */
export function nodeProblem(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return undefined
  return `this needs Node ${MAJOR}.${MINOR} or newer, and ${process.execPath} is Node ${version}`
}
