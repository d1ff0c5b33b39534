import type { AwsError } from "../../../../protocols/aws-error.ts"
import { op } from "../../define.ts"
import { invalidStateText } from "../../errors.ts"
import type { ConnectionError } from "../key-store.ts"

/**
 * What goes wrong with a proxy: it cannot be spoken with, its answer is none, or the error that it
 * names (external key store proxy API specification, "Error codes").
 */
export type XksReason =
  | "Unreachable"
  | "TimedOut"
  | "Certificate"
  | "InvalidResponse"
  | "ValidationException"
  | "InvalidStateException"
  | "InvalidCiphertextException"
  | "InvalidKeyUsageException"
  | "AuthenticationFailedException"
  | "AccessDeniedException"
  | "KeyNotFoundException"
  | "InvalidUriPathException"
  | "ThrottlingException"
  | "UnsupportedOperationException"
  | "DependencyTimeoutException"
  | "InternalException"

export class XksFailure extends Error {
  override readonly name = "XksFailure"
  readonly reason: XksReason

  constructor(reason: XksReason, message: string = reason) {
    super(message)
    this.reason = reason
  }
}

/** ConnectionErrorCode, as the API reference describes them. */
const CONNECTION: Readonly<Partial<Record<XksReason, ConnectionError>>> = {
  TimedOut: "XKS_PROXY_TIMED_OUT",
  DependencyTimeoutException: "XKS_PROXY_TIMED_OUT",
  Certificate: "XKS_PROXY_INVALID_TLS_CONFIGURATION",
  InvalidResponse: "XKS_PROXY_INVALID_RESPONSE",
  AuthenticationFailedException: "INVALID_CREDENTIALS",
  AccessDeniedException: "XKS_PROXY_ACCESS_DENIED",
  InvalidUriPathException: "XKS_PROXY_INVALID_CONFIGURATION",
}

export const connectionError = ({ reason }: XksFailure): ConnectionError =>
  CONNECTION[reason] ?? "XKS_PROXY_NOT_REACHABLE"

/** Refusals of what makes or changes a store. The codes are documented, the words are not verified. */
export function storeRefusal({ reason, message }: XksFailure): AwsError {
  if (reason === "AuthenticationFailedException")
    return op.error(
      "XksProxyIncorrectAuthenticationCredentialException",
      "The external key store proxy did not accept the proxy credentials.",
    )
  if (reason === "InvalidResponse")
    return op.error(
      "XksProxyInvalidResponseException",
      "AWS KMS cannot interpret the response from the external key store proxy.",
    )
  if (reason === "Certificate" || reason === "AccessDeniedException")
    return op.error("XksProxyInvalidConfigurationException", message)
  return op.error("XksProxyUriUnreachableException", message)
}

/** "Troubleshooting external key stores"; the words are not verified. */
const WORDS: Readonly<Partial<Record<XksReason, string>>> = {
  TimedOut:
    "The external key store proxy did not respond to the request in the time allotted. Retry the request.",
  Unreachable: "AWS KMS cannot communicate with the external key store proxy.",
  Certificate: "AWS KMS cannot verify the TLS certificate of the external key store proxy.",
  AuthenticationFailedException:
    "The external key store proxy rejected the request because it could not authenticate AWS KMS.",
  AccessDeniedException: "The external key store proxy denied access to the operation.",
  KeyNotFoundException:
    "The external key store proxy rejected the request because it could not find the external key.",
  InvalidStateException:
    "The external key store proxy rejected the request because the external key is not enabled.",
  InvalidCiphertextException:
    "The external key store proxy rejected the request because the specified ciphertext or additional authenticated data is corrupted, missing, or otherwise invalid.",
  InvalidKeyUsageException:
    "The external key store proxy rejected the request because the external key does not support the requested operation.",
  ThrottlingException:
    "The external key store proxy rejected the request due to a very high request rate.",
  InvalidResponse: "AWS KMS cannot interpret the response from the external key store proxy.",
}

/** "… always return KMSInvalidStateException": what uses a key. */
export const useRefusal = ({ reason }: XksFailure): AwsError =>
  invalidStateText(WORDS[reason] ?? "The external key store proxy rejected the request.")

/** Of CreateKey. */
export function newKeyRefusal(failure: XksFailure): AwsError {
  if (failure.reason === "KeyNotFoundException")
    return op.error("XksKeyNotFoundException", "The external key is not found.")
  return useRefusal(failure)
}

export const badExternalKey = () =>
  op.error(
    "XksKeyInvalidConfigurationException",
    "The external key must be an AES-256 key that is enabled and can encrypt and decrypt.",
  )
