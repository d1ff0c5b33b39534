import type { JsonNode, PathElement, Span } from "./json-tree.ts"

export type PolicyType =
  | "IDENTITY_POLICY"
  | "RESOURCE_POLICY"
  | "SERVICE_CONTROL_POLICY"
  | "RESOURCE_CONTROL_POLICY"

export interface Issue {
  readonly findingDetails: string
  readonly findingType: "ERROR" | "SECURITY_WARNING" | "SUGGESTION" | "WARNING"
  readonly issueCode: string
  readonly learnMoreLink: string
  readonly locations: readonly { readonly path: readonly PathElement[]; readonly span: Span }[]
}

const REFERENCE =
  "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
const ANCHORS: Readonly<Record<Issue["findingType"], string>> = {
  ERROR: "error",
  SECURITY_WARNING: "security-warning",
  WARNING: "general-warning",
  SUGGESTION: "suggestion",
}

/** Collects what is wrong with one policy, with AWS's codes ("IAM policy validation check reference"). */
export class Issues {
  readonly all: Issue[] = []

  error(issueCode: string, findingDetails: string, ...at: readonly Place[]): void {
    this.#add("ERROR", { issueCode, findingDetails }, at)
  }

  securityWarning(issueCode: string, findingDetails: string, ...at: readonly Place[]): void {
    this.#add("SECURITY_WARNING", { issueCode, findingDetails }, at)
  }

  warning(issueCode: string, findingDetails: string, ...at: readonly Place[]): void {
    this.#add("WARNING", { issueCode, findingDetails }, at)
  }

  suggestion(issueCode: string, findingDetails: string, ...at: readonly Place[]): void {
    this.#add("SUGGESTION", { issueCode, findingDetails }, at)
  }

  #add(
    findingType: Issue["findingType"],
    words: Pick<Issue, "issueCode" | "findingDetails">,
    at: readonly Place[],
  ): void {
    const anchor = `${ANCHORS[findingType]}-${words.issueCode.toLowerCase().replaceAll("_", "-")}`
    this.all.push({
      ...words,
      findingType,
      learnMoreLink: `${REFERENCE}#access-analyzer-reference-policy-checks-${anchor}`,
      locations: at.map(({ path, span }) => ({ path, span })),
    })
  }
}

type Place = Pick<JsonNode, "path" | "span">
