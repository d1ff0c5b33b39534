import type { AwsError } from "../protocols/aws-error.ts"

/** What a browser says when a page calls another origin than its own. */
export interface CrossOriginRequest {
  readonly method: string
  /** As a request without a host of its own would say it. */
  readonly path: string
  readonly region: string
  /** The host is a bucket's, whether that is there or not. */
  readonly isBucket?: boolean | undefined
  /** Undefined where the request does not say it, as a preflight must. */
  readonly origin: string | undefined
  /** The question before the request: its method, and its headers in lower case. */
  readonly preflight?: { readonly method: string; readonly headers: readonly string[] } | undefined
}

/** What the rules of a resource say: headers for the answer, or why the page may not. */
export type CrossOrigin =
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly refusal: AwsError }
