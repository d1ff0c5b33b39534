import { expect, test } from "vitest"
import { canonicalize } from "./canonical.ts"
import { parseXml, type XmlElement } from "./xml-tree.ts"

const exclusive = (element: XmlElement, ...prefixes: string[]) =>
  canonicalize(element, { exclusive: true, prefixes })
const inclusive = (element: XmlElement) => canonicalize(element, { exclusive: false, prefixes: [] })

/** The first element in an element. */
function inside(xml: string): XmlElement {
  const found = parseXml(xml).children.find((child) => typeof child !== "string")
  if (!found) throw new Error("no element")
  return found
}

/** The document of "Exclusive XML Canonicalization 1.0", section 2.2. */
const AROUND = `<n0:pdu xmlns:n0="http://a.example" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain">
  <n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:pdu>`

test("the exclusive form of a part knows nothing of what stands around it", () => {
  const expected =
    '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>'
  expect(exclusive(inside(AROUND))).toBe(expected)
  const elsewhere = AROUND.replace(/n0:pdu/g, "n0:local").replace("http://foo.example", "urn:x")
  expect(exclusive(inside(elsewhere))).toBe(expected)
})

test("the inclusive form takes namespaces and xml: attributes along", () => {
  expect(inclusive(inside(AROUND))).toBe(
    '<n1:elem2 xmlns:n0="http://a.example" xmlns:n1="http://example.net" xmlns:n2="http://foo.example" xml:lang="en" xml:space="retain"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>',
  )
})

test("prefixes that are listed are taken along by the exclusive form, too", () => {
  const part = inside('<a xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><q:b p="1"><c/></q:b></a>')
  expect(exclusive(part)).toBe('<q:b xmlns:q="urn:q" p="1"><c xmlns="urn:d"></c></q:b>')
  expect(exclusive(part, "p", "", "absent")).toBe(
    '<q:b xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q" p="1"><c></c></q:b>',
  )
})

test("a namespace is declared where it is needed and not told yet", () => {
  const xml =
    '<a xmlns="urn:1"><b xmlns=""><c xmlns=""/></b><p:d xmlns:p="urn:1"><p:e xmlns:p="urn:2"/></p:d></a>'
  expect(exclusive(parseXml(xml))).toBe(
    '<a xmlns="urn:1"><b xmlns=""><c></c></b><p:d xmlns:p="urn:1"><p:e xmlns:p="urn:2"></p:e></p:d></a>',
  )
})

test("attributes are ordered by namespace and name, declarations by prefix", () => {
  const xml = `<a xmlns:z="urn:a" xmlns:b="urn:z" z:c="1" b:a="2" d = '3' a="4"/>`
  expect(inclusive(parseXml(xml))).toBe(
    '<a xmlns:b="urn:z" xmlns:z="urn:a" a="4" d="3" z:c="1" b:a="2"></a>',
  )
})

test("text and attributes have one form each; comments have none", () => {
  const xml = `<?xml version="1.0"?><!-- x --><a b="&lt;&gt;&quot;'&amp;&#9;\t&#10;&#xD;">\r\n&gt;<![CDATA[<&>]]>&#xD;<!-- y -->"é</a>\n`
  expect(exclusive(parseXml(xml))).toBe(
    `<a b="&lt;>&quot;'&amp;&#x9; &#xA;&#xD;">\n&gt;&lt;&amp;&gt;&#xD;"é</a>`,
  )
})

test.each([
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a/><b/>",
  "<a/>text",
  "<a b='1' b='2'/>",
  "<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>",
  "<p:a/>",
  "<a p:b='1'/>",
  "<a xmlns:p=''/>",
  "<a xmlns:xml='urn:x'/>",
  "<a b=1/>",
  "<a b='<'/>",
  "<a>&x;</a>",
  "<a>&#0;</a>",
  "<a>\u0000</a>",
  "<a><!-- a -- b --></a>",
  "<!DOCTYPE a []><a/>",
  "<a><?target data?></a>",
  "<a xmlns:a:b='urn:x'/>",
  "<a>".repeat(200) + "</a>".repeat(200),
  `<a ${Array.from({ length: 101 }, (_, i) => `xmlns:p${i}="urn:${i}"`).join(" ")}/>`,
])("%s is refused", (xml) => {
  expect(() => parseXml(xml)).toThrow(expect.objectContaining({ name: "XmlError" }))
})
