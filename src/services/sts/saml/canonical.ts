import { qualified, XML_NAMESPACE, type XmlAttribute, type XmlElement } from "./xml-tree.ts"

/** How an element becomes the bytes that are signed. Comments are never among them. */
export interface Canonical {
  /** Exclusive XML Canonicalization 1.0; else Canonical XML 1.0. */
  readonly exclusive: boolean
  /** Prefixes that the exclusive way, too, treats as the inclusive one: "" is the default. */
  readonly prefixes: readonly string[]
  /** A child that is left out with all that is in it: the signature itself. */
  readonly without?: XmlElement | undefined
}

type Rendered = ReadonlyMap<string, string>

/** The canonical form of an element that stands in a document. */
export function canonicalize(apex: XmlElement, how: Canonical): string {
  const attributes = how.exclusive ? apex.attributes : [...apex.attributes, ...inherited(apex)]
  return render({ ...apex, attributes }, new Map(), how)
}

function render(element: XmlElement, rendered: Rendered, how: Canonical): string {
  const namespaces = newNamespaces(element, rendered, how)
  const inside = namespaces.length > 0 ? new Map([...rendered, ...namespaces]) : rendered
  const name = qualified(element)
  let text = `<${name}`
  for (const [prefix, uri] of namespaces)
    text += ` xmlns${prefix === "" ? "" : `:${prefix}`}="${attributeText(uri)}"`
  for (const attribute of element.attributes.toSorted(byName))
    text += ` ${qualified(attribute)}="${attributeText(attribute.value)}"`
  text += ">"
  for (const child of element.children) {
    if (typeof child === "string") text += plainText(child)
    else if (child !== how.without) text += render(child, inside, how)
  }
  return `${text}</${name}>`
}

/** Declarations that the element needs and none of those around it gives, by prefix. */
function newNamespaces(
  element: XmlElement,
  rendered: Rendered,
  { exclusive, prefixes }: Canonical,
): readonly (readonly [string, string])[] {
  const { scope, prefix, attributes, parent } = element
  // The inclusive form has given the parent all that is in scope.
  if (!exclusive && rendered.size > 0 && scope === parent?.scope) return []
  const used = [prefix, ...attributes.map((one) => one.prefix).filter((one) => one !== "")]
  const wanted = exclusive ? [...used, ...prefixes] : [...scope.keys(), prefix]
  return [...new Set(wanted)]
    .filter((one) => one !== "xml" && (one === "" || scope.has(one)))
    .map((one) => [one, scope.get(one) ?? ""] as const)
    .filter(([one, uri]) => (rendered.get(one) ?? "") !== uri)
    .toSorted(([a], [b]) => compare(a, b))
}

/** Canonical XML 1.0 gives an element that is taken out of its document the `xml:` attributes above it. */
function inherited(apex: XmlElement): readonly XmlAttribute[] {
  const found = new Map<string, XmlAttribute>()
  const own = new Set(apex.attributes.map(({ namespace, local }) => `${namespace} ${local}`))
  for (let above = apex.parent; above; above = above.parent) {
    for (const attribute of above.attributes) {
      const { namespace, local } = attribute
      if (namespace !== XML_NAMESPACE || own.has(`${namespace} ${local}`)) continue
      if (!found.has(local)) found.set(local, attribute)
    }
  }
  return [...found.values()]
}

const byName = (a: XmlAttribute, b: XmlAttribute): number =>
  compare(a.namespace, b.namespace) || compare(a.local, b.local)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const TEXT: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#xD;",
}
const ATTRIBUTE: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
}

const plainText = (text: string): string => text.replace(/[&<>\r]/g, (one) => TEXT[one] as string)
const attributeText = (text: string): string =>
  text.replace(/[&<"\t\n\r]/g, (one) => ATTRIBUTE[one] as string)
