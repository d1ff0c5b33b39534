import type { ProtocolName, ServiceModel } from "../../models/schema.ts"
import type { Values } from "../codec.ts"
import { dynamodbWords } from "./dynamodb-words.ts"

/** How a service checks its input against its model, and in whose words. */
export type ValidationStyle =
  /** AWS's service framework: `1 validation error detected: Value … at … failed to satisfy …`. */
  | {
      readonly kind: "framework"
      readonly code: string
      readonly hideValues: boolean
      /** Members of the body are told as `createThingInput.member`. */
      readonly bodyPrefix: boolean
      readonly notNullItems: ReadonlySet<string>
      /** Words of its own: other errors for those that were found, or the whole message. */
      readonly reword?: (
        operation: string,
        input: Values,
        errors: readonly string[],
      ) => string | readonly string[]
    }
  /** SQS and EC2: `The request must contain the parameter X`, and nothing else of the model. */
  | {
      readonly kind: "parameters"
      readonly fullStop: boolean
      /** Members whose absence the operation itself answers, in words of its own. */
      readonly own: ReadonlySet<string>
    }
  /** S3 Control: what its documents and addresses must have, and nothing else of the model. */
  | { readonly kind: "document" }
  /** The service's operations check all by themselves. */
  | { readonly kind: "none" }

type Variant = Partial<Omit<ValidationStyle & { kind: "framework" }, "kind">>

const NOTHING: ReadonlySet<string> = new Set()

// All recorded, except Cognito's and Route 53's codes, which users quote in bug reports.
const VARIANTS: Readonly<Record<string, Variant>> = {
  apigateway: { bodyPrefix: true },
  athena: { code: "InvalidRequestException", hideValues: true },
  "cognito-idp": { code: "InvalidParameterException" },
  dynamodb: { reword: dynamodbWords },
  iam: { hideValues: true },
  lambda: {
    notNullItems: new Set([
      "AdditionalVersionWeights",
      "ArchitecturesList",
      "CompatibleArchitectures",
      "LayerList",
    ]),
  },
  logs: { code: "InvalidParameterException" },
  route53: { code: "InvalidInput" },
  transcribe: { code: "BadRequestException" },
}

/** The style of a service: of its own where one is known, else that of its protocol. */
export function validationStyle(model: ServiceModel, protocol: ProtocolName): ValidationStyle {
  if (model.id === "sqs") {
    // Recorded: other words for a missing name, and for no attributes or entries.
    const own = new Set(["QueueName", "Entries", "Attributes"])
    return { kind: "parameters", fullStop: true, own }
  }
  // S3 has an error of its own for almost every parameter.
  // Recorded of S3 Control: a name that is too short is an invalid URI, a bucket's ARN one of its own.
  if (model.id === "s3control") return { kind: "document" }
  if (model.id === "s3") return { kind: "none" }
  // Recorded from EC2 without a full stop.
  if (protocol === "ec2") return { kind: "parameters", fullStop: false, own: NOTHING }
  return {
    kind: "framework",
    code: "ValidationException",
    hideValues: false,
    bodyPrefix: false,
    notNullItems: NOTHING,
    ...(Object.hasOwn(VARIANTS, model.id) ? VARIANTS[model.id] : undefined),
  }
}
