import { expect, test } from "vitest"
import { unescapeXml, XmlError, XmlScanner } from "./scanner.ts"

/** The document as nested arrays: a name, then children or, for a leaf, its text. */
function tree(xml: string, leaves: readonly string[] = []): unknown {
  const scanner = new XmlScanner(xml)
  const read = (name: string): unknown => {
    if (leaves.includes(name)) return [name, scanner.text()]
    const children: unknown[] = []
    for (let child = scanner.child(); child !== undefined; child = scanner.child()) {
      children.push(read(child))
    }
    return [name, ...children]
  }
  const root = read(scanner.root())
  scanner.end()
  return root
}

test("elements, text and empty elements are read in order", () => {
  const xml = '<?xml version="1.0" encoding="utf-8"?>\n<a>\n <b>1</b><c/>\n<b> 2 </b></a>\n'
  expect(tree(xml, ["b"])).toEqual(["a", ["b", "1"], ["c"], ["b", " 2 "]])
})

test("prefixes, comments, instructions and CDATA do not matter", () => {
  const xml = '<s:a xmlns:s="urn:x"><!-- <b> --><?pi x?><s:b>1<!--x-->2<![CDATA[<&>]]></s:b></s:a>'
  expect(tree(xml, ["b"])).toEqual(["a", ["b", "12<&>"]])
})

test("entities and character references stand for their characters", () => {
  expect(unescapeXml("&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;")).toBe("<>&\"'A😀")
  expect(tree("<a>x\r\ny\rz&#xD;</a>", ["a"])).toEqual(["a", "x\ny\nz\r"])
})

test("attributes come by their local name, without namespaces", () => {
  const scanner = new XmlScanner(`<a xmlns:xsi="urn:x" xsi:type='User' b = "&lt;&#10;"/>`)
  scanner.root()
  expect(scanner.attribute("type")).toBe("User")
  expect(scanner.attribute("b")).toBe("<\n")
  expect(scanner.attribute("xsi")).toBeUndefined()
})

test.each([
  ["nothing", ""],
  ["text alone", "hello"],
  ["an open element", "<a><b></b>"],
  ["a wrong end", "<a></b>"],
  ["a longer end", "<a></ab>"],
  ["two roots", "<a/><b/>"],
  ["text behind the root", "<a/>x"],
  ["text between elements", "<a>x<b/></a>"],
  ["CDATA between elements", "<a><![CDATA[x]]><b/></a>"],
  ["an element in text", "<t><x/></t>"],
  ["no name", "<a>< b/></a>"],
  ["an open tag", "<a"],
  ["an open attribute", '<a b="1'],
  ["a bare attribute", "<a b=1/>"],
  ["an attribute without value", "<a b/>"],
  ["attributes without a blank", '<a b="1"c="2"/>'],
  ["an attribute twice", '<a b="1" b="2"/>'],
  ["mark-up in an attribute", '<a b="<"/>'],
  ["an unknown entity", "<t>&nbsp;</t>"],
  ["an entity of Object", "<t>&constructor;</t>"],
  ["a bare ampersand", "<t>a & b</t>"],
  ["a reference to no character", "<t>&#x110000;</t>"],
  ["a reference to a surrogate", "<t>&#xD800;</t>"],
  ["a reference to NUL", "<t>&#0;</t>"],
  ["a control character", "<t>\u0001</t>"],
  ["an open comment", "<a><!-- </a>"],
  ["an open CDATA section", "<t><![CDATA[</t>"],
  ["a late declaration", ' <?xml version="1.0"?><a/>'],
  ["another encoding", '<?xml version="1.0" encoding="UTF-16"?><a/>'],
  ["a document type", "<!DOCTYPE a><a/>"],
  ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><t>&x;</t>'],
  ["entities of entities", '<!DOCTYPE a [<!ENTITY x "&y;&y;">]><t>&x;</t>'],
])("%s is refused", (_what, xml) => {
  expect(() => tree(xml, ["t"])).toThrow(XmlError)
})

test("an element can be left with all that is in it", () => {
  const inside = "text<a>1</a>&x; <!-- </skip> --><a><![CDATA[</a>]]><skip/></a><?pi </skip>?>"
  const scanner = new XmlScanner(`<r><skip>${inside}</skip><skip/><b>2</b></r>`)
  scanner.root()
  for (const name of ["skip", "skip"]) {
    expect(scanner.child()).toBe(name)
    scanner.skip()
  }
  expect(scanner.child()).toBe("b")
  expect(scanner.text()).toBe("2")
  expect(scanner.child()).toBeUndefined()
  scanner.end()
})

test.each(["<r><a>x", "<r><a></b></r>", "<r><a><!DOCTYPE x></a></r>"])(
  "what does not end is not skipped: %s",
  (xml) => {
    const scanner = new XmlScanner(xml)
    scanner.root()
    scanner.child()
    expect(() => scanner.skip()).toThrow(XmlError)
  },
)

test("depth, size and attributes have limits", () => {
  expect(() => tree("<a>".repeat(101))).toThrow("Too many levels")
  expect(tree(`${"<a>".repeat(100)}${"</a>".repeat(100)}`)).toBeDefined()
  expect(() => new XmlScanner(" ".repeat(16 * 1024 * 1024 + 1))).toThrow("too large")
  const attributes = Array.from({ length: 33 }, (_, i) => ` a${i}="1"`).join("")
  expect(() => tree(`<a${attributes}/>`)).toThrow("Too many attributes")
})

test("hostile repetition takes linear time", () => {
  const many = 200_000
  const started = performance.now()
  expect(() => tree(`<t>${"&".repeat(many)}</t>`, ["t"])).toThrow(XmlError)
  expect(() => tree(`<t>${"&;".repeat(many)}</t>`, ["t"])).toThrow(XmlError)
  expect(tree(`<t>${"<!---->".repeat(many)}</t>`, ["t"])).toEqual(["t", ""])
  expect(() => tree("<!--".repeat(many))).toThrow(XmlError)
  expect(() => tree(`<a ${"b ".repeat(many)}/>`)).toThrow(XmlError)
  expect(performance.now() - started).toBeLessThan(3000)
})
