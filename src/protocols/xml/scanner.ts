/** Bytes that are not the XML that we take; codecs turn it into their protocol's own error. */
export class XmlError extends Error {
  constructor(message: string) {
    super(message)
    this.name = "XmlError"
  }
}

// AWS's deepest document has about ten levels; recursive shapes must end somewhere.
const MAX_DEPTH = 100
// DeleteObjects with 1,000 keys of 1,024 escaped bytes, the largest document of AWS, is below it.
const MAX_LENGTH = 16 * 1024 * 1024
const MAX_ATTRIBUTES = 32

// Characters that XML 1.0 does not have. (Carriage returns are normalised beforehand.)
// oxlint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
const ENCODING = /\sencoding\s*=\s*["']([^"']*)["']/

const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f
const BANG = 0x21
const QUESTION = 0x3f
const EQUALS = 0x3d
const COLON = 0x3a

/**
 * Reads one document, element by element, without building a tree. Takes XML 1.0 without document
 * type declarations, hence without entities of its own, and ignores namespaces: names come
 * without their prefix. Throws XmlError. Each element that `root` or `child` enters is left again
 * by reading its `text` or its children until there are no more.
 */
export class XmlScanner {
  readonly #text: string
  #at = 0
  /** Qualified names of the open elements. */
  readonly #open: string[] = []
  /** The element just entered was `<a/>`. */
  #empty = false
  /** Where the name just read has its colon, or -1. */
  #colon = -1
  /** Names and raw values of the element just entered. */
  #attributes: string[] | undefined

  constructor(text: string) {
    if (text.length > MAX_LENGTH) throw new XmlError("The document is too large")
    this.#text = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text
    if (NOT_XML.test(this.#text)) throw new XmlError("A character that XML does not have")
  }

  /** Enters the root element; returns its local name. */
  root(): string {
    this.#declaration()
    const name = this.#next()
    if (name === undefined) throw new XmlError("No root element")
    return name
  }

  /** Enters the next child; `undefined` when the element has no more and has been left. */
  child(): string | undefined {
    if (this.#empty) {
      this.#leave()
      return undefined
    }
    return this.#next()
  }

  /** The text of the element just entered, which has no children; leaves it. */
  text(): string {
    if (this.#empty) {
      this.#leave()
      return ""
    }
    let whole = ""
    for (;;) {
      const less = this.#text.indexOf("<", this.#at)
      if (less === -1) throw new XmlError("The document ends inside an element")
      const piece = unescapeXml(this.#text.slice(this.#at, less))
      this.#at = less
      if (this.#text.charCodeAt(less + 1) === SLASH) {
        this.#endTag()
        return whole === "" ? piece : whole + piece
      }
      whole += piece + this.#section()
    }
  }

  /** Leaves the element just entered with all that is in it, text or elements. */
  skip(): void {
    const outside = this.#open.length - 1
    for (;;) {
      if (this.#empty) this.#leave()
      else if (this.#toTag() === SLASH) this.#endTag()
      else this.#startTag()
      if (this.#open.length === outside) return
    }
  }

  /** An attribute of the element just entered, by its local name. */
  attribute(local: string): string | undefined {
    const attributes = this.#attributes
    if (attributes === undefined) return undefined
    for (let i = 0; i < attributes.length; i += 2) {
      const name = attributes[i]!
      if (localName(name) === local && !name.startsWith("xmlns")) {
        return unescapeXml(attributes[i + 1]!)
      }
    }
    return undefined
  }

  /** After the root: nothing but comments and white space may follow. */
  end(): void {
    this.#misc()
    if (this.#at < this.#text.length) throw new XmlError("Text behind the root element")
  }

  #declaration(): void {
    if (!/^<\?xml\s/.test(this.#text)) return
    const end = this.#text.indexOf("?>")
    if (end === -1) throw new XmlError("The XML declaration does not end")
    const encoding = ENCODING.exec(this.#text.slice(0, end))?.[1] ?? "UTF-8"
    if (!/^(?:utf-8|us-ascii)$/i.test(encoding)) {
      throw new XmlError(`The encoding ${encoding} is not supported`)
    }
    this.#at = end + 2
  }

  /** Enters a start tag, or leaves by an end tag, which gives `undefined`. */
  #next(): string | undefined {
    this.#misc()
    if (this.#text.charCodeAt(this.#at) !== LESS) {
      throw new XmlError(
        this.#at < this.#text.length ? "Text between elements" : "The document ends",
      )
    }
    if (this.#text.charCodeAt(this.#at + 1) !== SLASH) return this.#startTag()
    this.#endTag()
    return undefined
  }

  /** Skips white space, comments and processing instructions. */
  #misc(): void {
    for (;;) {
      this.#blanks()
      if (this.#text.charCodeAt(this.#at) !== LESS) return
      const next = this.#text.charCodeAt(this.#at + 1)
      if (next !== BANG && next !== QUESTION) return
      if (this.#section() !== "") throw new XmlError("Text between elements")
    }
  }

  /** Skips text up to the next tag; returns the code behind its "<". */
  #toTag(): number {
    for (;;) {
      const less = this.#text.indexOf("<", this.#at)
      if (less === -1) throw new XmlError("The document ends inside an element")
      this.#at = less
      const next = this.#text.charCodeAt(less + 1)
      if (next !== BANG && next !== QUESTION) return next
      this.#section()
    }
  }

  #blanks(): void {
    const text = this.#text
    let at = this.#at
    while (isBlank(text.charCodeAt(at))) at += 1
    this.#at = at
  }

  /** Reads a comment, a processing instruction or a CDATA section; returns the latter's text. */
  #section(): string {
    const text = this.#text
    const at = this.#at
    if (text.startsWith("<!--", at)) {
      this.#at = this.#past("-->", at + 4)
      return ""
    }
    if (text.startsWith("<![CDATA[", at)) {
      this.#at = this.#past("]]>", at + 9)
      return text.slice(at + 9, this.#at - 3)
    }
    if (text.startsWith("<?", at)) {
      if (/^xml[\s?]/i.test(text.slice(at + 2, at + 6))) {
        throw new XmlError("An XML declaration that is not at the start")
      }
      this.#at = this.#past("?>", at + 2)
      return ""
    }
    throw new XmlError(
      text.charCodeAt(at + 1) === BANG
        ? "Document type declarations are not supported"
        : "An element where text was expected",
    )
  }

  #past(mark: string, from: number): number {
    const found = this.#text.indexOf(mark, from)
    if (found === -1) throw new XmlError(`No ${mark}`)
    return found + mark.length
  }

  #startTag(): string {
    const text = this.#text
    const start = this.#at + 1
    const at = this.#nameEnd(start)
    const colon = this.#colon
    const name = text.slice(start, at)
    this.#attributes = undefined
    this.#at = at
    if (text.charCodeAt(at) !== GREATER) this.#readAttributes()
    this.#empty = text.charCodeAt(this.#at) === SLASH
    if (this.#empty) this.#at += 1
    if (text.charCodeAt(this.#at) !== GREATER) throw new XmlError(`<${name}> does not end`)
    this.#at += 1
    if (this.#open.push(name) > MAX_DEPTH) throw new XmlError("Too many levels")
    return colon === -1 ? name : text.slice(colon + 1, at)
  }

  /** End of the name that starts there; notes its colon. */
  #nameEnd(start: number): number {
    const text = this.#text
    let at = start
    let code = text.charCodeAt(at)
    this.#colon = -1
    while (isNameCode(code)) {
      if (code === COLON) this.#colon = at
      code = text.charCodeAt(++at)
    }
    // The first character is no digit, point or hyphen.
    if (at === start || text.charCodeAt(start) < COLON || !isNameEnd(code)) {
      throw new XmlError("A name was expected")
    }
    return at
  }

  #readAttributes(): void {
    const text = this.#text
    for (;;) {
      const before = this.#at
      this.#blanks()
      const code = text.charCodeAt(this.#at)
      if (code === GREATER || code === SLASH) return
      if (this.#at === before) throw new XmlError("No blank before an attribute")
      this.#readAttribute()
    }
  }

  #readAttribute(): void {
    const text = this.#text
    const start = this.#at
    this.#at = this.#nameEnd(start)
    const name = text.slice(start, this.#at)
    this.#blanks()
    if (text.charCodeAt(this.#at) !== EQUALS) throw new XmlError(`No value for ${name}`)
    this.#at += 1
    this.#blanks()
    const quote = text[this.#at]
    if (quote !== '"' && quote !== "'") throw new XmlError(`No quotes around ${name}`)
    const end = this.#past(quote, this.#at + 1)
    const value = text.slice(this.#at + 1, end - 1)
    if (value.includes("<")) throw new XmlError(`"<" in ${name}`)
    this.#at = end
    const attributes = (this.#attributes ??= [])
    for (let i = 0; i < attributes.length; i += 2) {
      if (attributes[i] === name) throw new XmlError(`Two attributes ${name}`)
    }
    if (attributes.push(name, value) > 2 * MAX_ATTRIBUTES) throw new XmlError("Too many attributes")
  }

  #endTag(): void {
    const name = this.#open.pop()
    const start = this.#at + 2
    if (name === undefined || !this.#text.startsWith(name, start)) {
      throw new XmlError("An end tag without its start tag")
    }
    this.#at = start + name.length
    this.#blanks()
    if (this.#text.charCodeAt(this.#at) !== GREATER) throw new XmlError(`</${name}> does not end`)
    this.#at += 1
  }

  #leave(): void {
    this.#empty = false
    this.#open.pop()
  }
}

function localName(name: string): string {
  const colon = name.indexOf(":")
  return colon === -1 ? name : name.slice(colon + 1)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09
}

/** Names are ASCII, as all of AWS's are. */
function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= COLON) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f
  )
}

function isNameEnd(code: number): boolean {
  return code === EQUALS || code === GREATER || code === SLASH || isBlank(code)
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
}

/** Replaces the five entities and the character references of XML. Throws XmlError. */
export function unescapeXml(raw: string): string {
  let and = raw.indexOf("&")
  if (and === -1) return raw
  let text = ""
  let at = 0
  while (and !== -1) {
    const end = raw.indexOf(";", and)
    if (end === -1) throw new XmlError('"&" without an entity')
    text += raw.slice(at, and) + entity(raw.slice(and + 1, end))
    at = end + 1
    and = raw.indexOf("&", at)
  }
  return text + raw.slice(at)
}

function entity(name: string): string {
  if (!name.startsWith("#")) {
    if (Object.hasOwn(ENTITIES, name)) return ENTITIES[name]!
    throw new XmlError(`No entity ${name.slice(0, 20)}`)
  }
  const hex = /^#x([0-9a-fA-F]{1,8})$/.exec(name)
  const decimal = /^#([0-9]{1,8})$/.exec(name)
  const code = hex ? Number.parseInt(hex[1]!, 16) : decimal ? Number(decimal[1]) : -1
  if (code <= 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw new XmlError(`No character ${name.slice(0, 20)}`)
  }
  const char = String.fromCodePoint(code)
  if (NOT_XML.test(char)) throw new XmlError(`No character ${name.slice(0, 20)}`)
  return char
}
