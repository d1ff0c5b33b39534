/**
 * Errors that every service can answer and that few models list. The protocol families call them
 * differently; whoever throws one may use either name, and each codec writes its own.
 */
export interface CommonError {
  /** Name in Query, EC2 Query and in `x-amzn-query-error`. */
  readonly query: string
  /** Name in the JSON and CBOR protocols. */
  readonly json: string
  /** Package in front of `#` where the protocol shows one. */
  readonly namespace: "com.amazon.coral.service" | "com.amazon.coral.validate"
  /** JSON member that carries the text. Recorded: some have a capital letter. */
  readonly messageKey: "message" | "Message"
}

// Query names: "Common Error Types" of the API references. JSON names and packages: recorded from
// SQS, DynamoDB, Step Functions and CloudWatch; where only one of them was seen, by analogy.
const COMMON_ERRORS: readonly CommonError[] = [
  service("AccessDenied", "AccessDeniedException", "Message"),
  service("ExpiredToken", "ExpiredTokenException"),
  service("IncompleteSignature", "IncompleteSignatureException"),
  service("InternalFailure", "InternalFailure"),
  service("InvalidAction", "UnknownOperationException"),
  service("InvalidClientTokenId", "UnrecognizedClientException"),
  service("InvalidParameterCombination", "InvalidParameterCombinationException"),
  service("InvalidParameterValue", "InvalidParameterValueException"),
  service("MalformedInput", "SerializationException", "Message"),
  service("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
  service("MissingParameter", "MissingRequiredParameterException"),
  service("NotImplemented", "NotImplemented"),
  service("OptInRequired", "OptInRequired"),
  service("RequestExpired", "RequestExpired"),
  service("ServiceUnavailable", "ServiceUnavailableException"),
  service("SignatureDoesNotMatch", "InvalidSignatureException"),
  service("Throttling", "ThrottlingException"),
  {
    query: "ValidationError",
    json: "ValidationException",
    namespace: "com.amazon.coral.validate",
    messageKey: "message",
  },
]

const BY_NAME: Readonly<Record<string, CommonError>> = Object.freeze(
  Object.assign(
    Object.create(null) as Record<string, CommonError>,
    ...COMMON_ERRORS.map((error) => ({ [error.query]: error, [error.json]: error })),
  ),
)

/** The common error of that name, in either family's spelling. */
export function commonError(name: string): CommonError | undefined {
  return BY_NAME[name]
}

function service(
  query: string,
  json: string,
  messageKey: "message" | "Message" = "message",
): CommonError {
  return { query, json, namespace: "com.amazon.coral.service", messageKey }
}
