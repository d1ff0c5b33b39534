/**
 * What can be wrong with a request's authentication, as facts: no code, no status, no wording.
 * `error-wording.ts` says each of them in the words of the service that was called.
 */
export type AuthFailure =
  /** No authentication at all where some is needed. */
  | { readonly kind: "missing-authentication" }
  /** A scheme other than SigV4's two, such as `Bearer` or `Basic`; `header` is the whole value. */
  | {
      readonly kind: "unsupported-scheme"
      readonly header: string
      readonly missing: readonly string[]
    }
  /** `AWS4-` something that is not a signing algorithm. */
  | {
      readonly kind: "unsupported-algorithm"
      readonly algorithm: string
      readonly value: string
      readonly via: Via
    }
  /** Signature Version 2 or older. `complete` is false when parts of it are missing. */
  | { readonly kind: "signature-version-2"; readonly header: string; readonly complete: boolean }
  | { readonly kind: "two-mechanisms"; readonly header: string }
  | { readonly kind: "not-key-value"; readonly component: string; readonly header: string }
  | {
      readonly kind: "header-parameters-missing"
      readonly missing: readonly string[]
      readonly header: string
    }
  | { readonly kind: "query-parameters-missing"; readonly missing: readonly string[] }
  | { readonly kind: "credential-malformed"; readonly credential: string; readonly via: Via }
  | { readonly kind: "access-key-empty"; readonly via: Via }
  | { readonly kind: "date-missing"; readonly header: string }
  | { readonly kind: "date-malformed"; readonly got: string; readonly via: Via }
  | { readonly kind: "expires-invalid"; readonly reason: "not-a-number" | "negative" | "too-large" }
  | { readonly kind: "host-not-signed" }
  /** S3: headers that must be signed when they are sent. */
  | { readonly kind: "headers-not-signed"; readonly names: readonly string[] }
  | { readonly kind: "signed-header-absent"; readonly name: string }
  | CredentialScopeFailure
  | { readonly kind: "region-set-mismatch"; readonly regionSet: string; readonly region: string }
  | { readonly kind: "signature-expired"; readonly skew: SkewFacts }
  | { readonly kind: "signature-not-yet-current"; readonly skew: SkewFacts }
  | {
      readonly kind: "presigned-expired"
      /** Undefined of version 2, which says its end. */
      readonly expiresSeconds: number | undefined
      readonly expiresAtMs: number
      readonly hostNowMs: number
    }
  | { readonly kind: "presigned-not-yet-valid" }
  /** `message` replaces AWS's wording where we can say better what to do. */
  | { readonly kind: "access-key-unknown"; readonly accessKeyId: string; readonly message?: string }
  | { readonly kind: "session-token-invalid"; readonly token: string }
  | { readonly kind: "session-token-expired"; readonly token: string }
  | { readonly kind: "payload-hash-absent" }
  | { readonly kind: "payload-hash-invalid"; readonly value: string }
  | { readonly kind: "payload-hash-mismatch"; readonly claimed: string; readonly computed: string }
  | SignatureMismatch

/** Where the signature stood. */
export type Via = "header" | "query"

/** Which elements of the credential scope are wrong; at least one of them is present. */
export interface CredentialScopeFailure {
  readonly kind: "credential-scope"
  readonly via: Via
  readonly region?: { readonly got: string; readonly expected: string }
  readonly service?: { readonly got: string; readonly expected: string }
  readonly terminator?: { readonly got: string }
  readonly date?: { readonly got: string; readonly requestTime: string }
}

export interface SkewFacts {
  /** As sent. */
  readonly requestTime: string
  readonly hostNowMs: number
  readonly toleranceMs: number
}

export interface SignatureMismatch {
  readonly kind: "signature-mismatch"
  readonly accessKeyId: string
  readonly signatureProvided: string
  readonly stringToSign: string
  /** Absent for the chunks of a streamed body. */
  readonly canonicalRequest?: string
}

/** Carries a failure up to the gateway, which knows in whose words to answer it. */
export class AuthFailed extends Error {
  readonly failure: AuthFailure
  constructor(failure: AuthFailure) {
    super(failure.kind)
    this.name = "AuthFailed"
    this.failure = failure
  }
}
