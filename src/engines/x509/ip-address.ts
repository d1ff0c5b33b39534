/** The bytes of an IP address, or undefined when the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split(".").map(Number)
    return parts.every((part) => part < 256) ? Buffer.from(parts) : undefined
  }
  if (!text.includes(":") || !/^[0-9a-f:]+$/i.test(text)) return undefined
  const [head = "", tail, more] = text.split("::")
  if (more !== undefined) return undefined
  const front = head === "" ? [] : head.split(":")
  const back = tail === undefined || tail === "" ? [] : tail.split(":")
  const gap = 8 - front.length - back.length
  if (tail === undefined ? gap !== 0 : gap < 1) return undefined
  const groups = [...front, ...Array.from({ length: gap }, () => "0"), ...back]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return Buffer.from(groups.map((group) => group.padStart(4, "0")).join(""), "hex")
}

/** The text of an address of 4 or 16 bytes, without the shortest form of zeros. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".")
  const groups = Buffer.from(bytes).toString("hex").match(/.{4}/g) ?? []
  return groups.map((group) => group.replace(/^0{1,3}/, "")).join(":")
}
