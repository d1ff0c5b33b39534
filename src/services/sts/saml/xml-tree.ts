import { unescapeXml, XmlError } from "../../../protocols/xml/scanner.ts"

/**
 * A tree with namespaces, which signatures need and the protocols' reader does without. It is made
 * to prove who wrote a document; what a document says is read from the proven text alone.
 */
export interface XmlElement {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  /** Without the declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[]
  /** Namespaces in scope by their prefix; "" is the default one. */
  readonly scope: ReadonlyMap<string, string>
  readonly children: readonly (XmlElement | string)[]
  readonly parent: XmlElement | undefined
}

export interface XmlAttribute {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  readonly value: string
}

export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/"

const MAX_DEPTH = 100
const MAX_ELEMENTS = 20_000
const MAX_NAMESPACES = 100

const BLANK = "[ \\t\\n]"
const NAME = "[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?"
const VALUE = `"[^"<]*"|'[^'<]*'`
const ATTRIBUTE = `${BLANK}+(${NAME})${BLANK}*=${BLANK}*(${VALUE})`
const START_TAG = `<(${NAME})((?:${BLANK}+${NAME}${BLANK}*=${BLANK}*(?:${VALUE}))*)${BLANK}*(/?)>`
const END_TAG = `</(${NAME})${BLANK}*>`
const COMMENT = "<!--(?:[^-]|-[^-])*-->"
const CDATA = "<!\\[CDATA\\[([^]*?)\\]\\]>"
/** One piece of a document, from where the last one ended. */
const PIECE = `${START_TAG}|${END_TAG}|${CDATA}|(${COMMENT})|([^<]+)`
const DECLARATION = /^<\?xml[ \t\n][^>]*\?>/
// oxlint-disable-next-line no-control-regex
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** An element that is still open: its lists grow. */
type Draft = XmlElement & { readonly children: (XmlElement | string)[] }

/**
 * Reads a document of XML 1.0. Throws XmlError, also for what no SAML response needs: document
 * type declarations, processing instructions, names beyond ASCII.
 */
export function parseXml(source: string): XmlElement {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n")
  if (NOT_XML.test(text)) throw new XmlError("a character that XML does not have")
  const piece = new RegExp(PIECE, "y")
  piece.lastIndex = DECLARATION.exec(text)?.[0].length ?? 0
  let root: XmlElement | undefined
  let open: Draft | undefined
  let depth = 0
  let elements = 0
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text)
    if (!found) throw new XmlError("no XML that is taken here")
    const [, start, attributes = "", empty, end, section, , characters] = found
    if (start !== undefined) {
      if (root && !open) throw new XmlError("text behind the root element")
      if (depth >= MAX_DEPTH || ++elements > MAX_ELEMENTS) throw new XmlError("too many elements")
      const element = newElement(start, attributes, open)
      root ??= element
      open?.children.push(element)
      if (empty === "") {
        open = element
        depth += 1
      }
    } else if (end !== undefined) {
      if (!open || end !== qualified(open)) throw new XmlError("an end tag without its start tag")
      open = open.parent as Draft | undefined
      depth -= 1
    } else if (section !== undefined || characters !== undefined) {
      const content = section ?? unescapeXml(characters as string)
      if (open) open.children.push(content)
      else if (content.trim() !== "") throw new XmlError("text outside the root element")
    }
  }
  if (!root || open) throw new XmlError("the document ends inside an element")
  return root
}

export const childElements = (
  parent: XmlElement,
  namespace: string,
  local: string,
): readonly XmlElement[] =>
  parent.children.filter(
    (child): child is XmlElement =>
      typeof child !== "string" && child.local === local && child.namespace === namespace,
  )

/** The value of an attribute that has no namespace. */
export const attributeOf = ({ attributes }: XmlElement, local: string): string | undefined =>
  attributes.find((one) => one.local === local && one.namespace === "")?.value

export const qualified = ({ prefix, local }: Pick<XmlElement, "prefix" | "local">): string =>
  prefix === "" ? local : `${prefix}:${local}`

function newElement(name: string, written: string, parent: XmlElement | undefined): Draft {
  const pairs = [...written.matchAll(new RegExp(ATTRIBUTE, "g"))].map(
    ([, attribute = "", quoted = ""]) => [attribute, normalized(quoted.slice(1, -1))] as const,
  )
  const scope = scopeOf(pairs, parent)
  const plain = pairs.filter(([attribute]) => declaredPrefix(attribute) === undefined)
  const attributes = plain.map(([attribute, value]) => {
    const [prefix, local] = split(attribute)
    // Attributes without a prefix have no namespace.
    return { prefix, local, value, namespace: prefix === "" ? "" : resolve(scope, prefix) }
  })
  const names = new Set(attributes.map(({ namespace, local }) => `${namespace} ${local}`))
  const unique = new Set(pairs.map(([attribute]) => attribute))
  if (names.size < attributes.length || unique.size < pairs.length)
    throw new XmlError("two attributes of one name")
  const [prefix, local] = split(name)
  const namespace = prefix === "" ? (scope.get("") ?? "") : resolve(scope, prefix)
  return { prefix, local, namespace, attributes, scope, children: [], parent }
}

type Pairs = readonly (readonly [name: string, value: string])[]

/** The namespaces inside an element that has these attributes. */
function scopeOf(pairs: Pairs, parent: XmlElement | undefined): ReadonlyMap<string, string> {
  const around = parent?.scope ?? new Map<string, string>()
  if (!pairs.some(([attribute]) => declaredPrefix(attribute) !== undefined)) return around
  const scope = new Map(around)
  for (const [attribute, uri] of pairs) {
    const prefix = declaredPrefix(attribute)
    if (prefix !== undefined) declare(scope, prefix, uri)
  }
  if (scope.size > MAX_NAMESPACES) throw new XmlError("too many namespaces")
  return scope
}

/** What becomes of an attribute's value (XML 1.0 section 3.3.3): blanks first, then references. */
const normalized = (raw: string): string => unescapeXml(raw.replace(/[\t\n]/g, " "))

function split(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(":")
  return colon === -1 ? ["", name] : [name.slice(0, colon), name.slice(colon + 1)]
}

/** The prefix that an attribute declares; nothing for other attributes. */
function declaredPrefix(attribute: string): string | undefined {
  if (attribute === "xmlns") return ""
  return attribute.startsWith("xmlns:") ? attribute.slice(6) : undefined
}

function declare(scope: Map<string, string>, prefix: string, uri: string): void {
  const reserved = prefix === "xml" || prefix === "xmlns" || uri === XML_NAMESPACE
  if (reserved || uri === XMLNS_NAMESPACE || (prefix !== "" && uri === ""))
    throw new XmlError("a namespace that cannot be declared")
  scope.set(prefix, uri)
}

function resolve(scope: ReadonlyMap<string, string>, prefix: string): string {
  const uri = prefix === "xml" ? XML_NAMESPACE : scope.get(prefix)
  if (uri === undefined) throw new XmlError(`no namespace for ${prefix}`)
  return uri
}
