import { expect, test } from "vitest"
import { keyMatches } from "../../iam/actions/actions.ts"
import { GLOBAL_KEYS } from "../../iam/actions/global-keys.ts"
import type { AccessQuestion } from "../../iam/access.ts"
import { decisionRequest, type DecisionBasis } from "../../iam/decision-basis.ts"
import { GLOBAL_KEYS_NOT_HERE } from "./condition-keys.ts"

const NOW = Date.UTC(2026, 0, 15, 12)
const ACCOUNT = "111111111111"
const STANDING = { orgId: "o-1", orgPath: "o-1/r-1/" }

/** A session of a role, of an identity provider's, through a service and from a web page. */
const bySession: AccessQuestion = {
  principal: {
    ...{ type: "assumed-role", account: ACCOUNT, accessKeyId: "ASIA1", chained: false },
    ...{ roleName: "worker", roleArn: `arn:aws:iam::${ACCOUNT}:role/worker`, roleId: "AROA1" },
    ...{ sessionName: "run", issuedAt: NOW - 60_000 },
  },
  request: {
    ...{ action: "sqs:TagQueue", resource: "*", owner: ACCOUNT },
    context: {
      "aws:RequestTag/team": "red",
      "aws:TagKeys": "team",
      "aws:ResourceTag/team": "blue",
    },
  },
  ...{ region: "us-east-1", sourceIp: "192.0.2.1", secure: true },
  ...{ userAgent: "cli", referer: "https://example.com/", via: ["athena.amazonaws.com"] },
}

const byUser: AccessQuestion = {
  ...bySession,
  principal: {
    ...{ type: "user", account: ACCOUNT, accessKeyId: "AKIA1" },
    ...{ userName: "ann", userId: "AIDA1", path: "/" },
  },
}

const byService: AccessQuestion = {
  ...bySession,
  principal: { type: "service", account: ACCOUNT, name: "s3.amazonaws.com" },
  source: { arn: "arn:aws:s3:::photos", account: ACCOUNT },
}

const basis: DecisionBasis = {
  caller: {
    policies: {},
    facts: {
      tags: { team: "green" },
      mfa: { present: true, authenticatedAt: NOW - 1_000 },
      ...{ sourceIdentity: "ann", federatedProvider: "accounts.google.com", assumedRoot: true },
    },
  },
  resource: [],
  ...{ rcps: undefined, home: STANDING, owner: STANDING, source: STANDING },
}

test("decisions have every global key of AWS's, but for those that are said to be missing", () => {
  const contexts = [bySession, byUser, byService].map(
    (question) => decisionRequest({ now: NOW, question, basis }).context,
  )
  const isCarried = (published: string): boolean => {
    const key = published.replace("${TagKey}", "team").toLowerCase()
    expect(keyMatches(published, key)).toBe(true)
    return contexts.some((context) => context.get(key) !== undefined)
  }
  const missing = [...GLOBAL_KEYS.keys()].filter((key) => !isCarried(key))
  expect(missing.toSorted()).toEqual(Object.keys(GLOBAL_KEYS_NOT_HERE).toSorted())
})
