/** A key as it stands in a path: percent-encoded, its slashes as they are. */
export const keyPath = (key: string): string => key.split("/").map(encodeURIComponent).join("/")
