import { expect, test } from "vitest"
import { handleControl } from "../control.ts"
import { openCloud, request } from "../testing/open-cloud.ts"

async function openControl() {
  const cloud = await openCloud()
  return async (body: object) => {
    const text = JSON.stringify(body)
    const wire = request({ method: "POST", path: "/_cloudarium/partners", text })
    const answer = await handleControl(cloud, wire, { version: "1" })
    return { status: answer.status, body: JSON.parse(answer.body as string) as object }
  }
}

const PARTNER = { account: "444455556666", name: "partner.com" }
const POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
}

test("a partner is registered with its templates and boundaries, and told their ARNs", async () => {
  const post = await openControl()
  const templates = { Setup: POLICY }
  const boundaries = { Boundary_20260115: JSON.stringify(POLICY) }
  expect(await post({ ...PARTNER, templates, boundaries })).toEqual({
    status: 200,
    body: {
      templates: { Setup: "arn:aws:iam::partner:delegation-template/partner.com/Setup" },
      boundaries: {
        Boundary_20260115: "arn:aws:iam::partner:policy/partner.com/Boundary_20260115",
      },
    },
  })
})

test("what is no partner is told so, and is no failure of the cloud", async () => {
  const post = await openControl()
  for (const [body, error] of [
    [{ name: "partner.com" }, "account must be text"],
    [{ ...PARTNER, account: "1" }, "an account id has 12 digits: 1"],
    [{ ...PARTNER, frob: 1 }, "frob is no setting here, or not of its form"],
    [{ ...PARTNER, templates: { a: 1 } }, "templates is no setting here, or not of its form"],
    [{ ...PARTNER, templates: { a: "no JSON" } }, "a template is a policy in JSON"],
    [{ ...PARTNER, templates: { "a b": POLICY } }, "a b is no name of a template"],
  ] as const)
    expect(await post(body)).toEqual({ status: 400, body: { error } })
})
