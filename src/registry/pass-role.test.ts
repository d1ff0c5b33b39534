import { expect, test } from "vitest"
import { isRoleArn, passRole } from "./pass-role.ts"

test("who hands a role to a service must be allowed to: on the role, in its account", () => {
  const role = "arn:aws:iam::210987654321:role/team/worker"
  expect(isRoleArn(role)).toBe(true)
  expect(passRole(role, "dax.amazonaws.com")).toEqual([
    {
      ...{ action: "iam:PassRole", resource: role, owner: "210987654321" },
      context: { "iam:PassedToService": "dax.amazonaws.com" },
    },
  ])
})

test("what the role will serve is told where the service tells it", () => {
  const role = "arn:aws:iam::123456789012:role/worker"
  const associated = "arn:aws:ec2:*:123456789012:instance/*"
  const [asked] = passRole(role, "ec2.amazonaws.com", associated)
  expect(asked?.context).toEqual({
    "iam:PassedToService": "ec2.amazonaws.com",
    "iam:AssociatedResourceArn": associated,
  })
})

test.each([
  "worker",
  "arn:aws:iam:::role/worker",
  "arn:aws:iam::aws:role/worker",
  "arn:aws:iam::123456789012:user/worker",
  "arn:aws:sts::123456789012:assumed-role/worker/session",
])("%s is no role: nothing is handed over", (text) => {
  expect(isRoleArn(text)).toBe(false)
  expect(passRole(text, "dax.amazonaws.com")).toEqual([])
})

test("without a role nothing is handed over", () => {
  expect(passRole(undefined, "dax.amazonaws.com")).toEqual([])
})
