import { array, assert, constantFrom, property, record, string } from "fast-check"
import { expect, test } from "vitest"
import { withPrincipals } from "./named-principals.ts"

const ANN = "arn:aws:iam::111111111111:user/ann"
const rename = (kind: string, name: string): string =>
  kind === "AWS" && name === ANN ? "AIDAANN" : name

test("only principals get other names, and nothing else is written anew", () => {
  const text = `{ "Version":"2012-10-17",
    "Id": "${ANN}",
    "Statement" : [
      { "Sid": "Principal", "Effect":"Allow", "Principal" : { "AWS" : [ "${ANN}" , "*" ],
        "Service":"${ANN}" }, "Action":"sqs:*", "Resource":"${ANN}",
        "Condition": { "ArnEquals": { "AWS": "${ANN}", "aws:PrincipalArn": ["${ANN}"] } } },
      { "NotPrincipal": {"AWS":"arn:aws:iam::111111111111:user\\/ann"}, "Effect":"Deny" },
      { "Principal": "*" }
    ]}`
  const wanted = text
    .replace(`[ "${ANN}" , "*" ]`, `[ "AIDAANN" , "*" ]`)
    .replace(String.raw`{"AWS":"arn:aws:iam::111111111111:user\/ann"}`, `{"AWS":"AIDAANN"}`)
  expect(withPrincipals(text, rename)).toBe(wanted)
  expect(withPrincipals(`{"Statement":{"Principal":{"AWS":"${ANN}"}}}`, rename)).toBe(
    `{"Statement":{"Principal":{"AWS":"AIDAANN"}}}`,
  )
})

test("a text whose principals keep their names stays the same, and others can be taken back", () => {
  const name = string()
  const statement = record(
    {
      Sid: name,
      Principal: record({ AWS: array(name), Service: name }, { requiredKeys: [] }),
      NotPrincipal: record({ AWS: name }),
      Condition: record({ StringEquals: record({ AWS: name }) }),
    },
    { requiredKeys: [] },
  )
  const document = record({ Id: name, Statement: array(statement) })
  const spaces = constantFrom(undefined, 1, "\t")
  assert(
    property(document, spaces, (one, space) => {
      const text = JSON.stringify(one, null, space)
      expect(withPrincipals(text, (_kind, name) => name)).toBe(text)
      const marked = withPrincipals(text, (kind, name) => `${kind} ${name}`)
      const back = withPrincipals(marked, (kind, name) => name.slice(kind.length + 1))
      expect(back).toBe(text)
      // All of them, and nothing else, as who parses the whole sees it.
      const all = (JSON.parse(marked) as typeof one).Statement.flatMap((said) => [
        ...[said.Principal?.AWS, said.NotPrincipal?.AWS, said.Principal?.Service].flat(),
      ])
      for (const one of all) if (one !== undefined) expect(one).toMatch(/^(?:AWS|Service) /)
      expect(marked.length - text.length).toBe(
        all.reduce((sum, one) => sum + (one === undefined ? 0 : one.indexOf(" ") + 1), 0),
      )
    }),
    { numRuns: 300 },
  )
})
