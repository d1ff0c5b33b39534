import type { ServiceModel } from "../../models/schema.ts"
import { AwsError } from "../aws-error.ts"
import { malformedXml } from "../errors/malformed-xml.ts"
import type { FaultWording } from "../http-bindings.ts"

/** Where the services of REST XML differ. */
export interface RestXmlDialect {
  /** First line of a document; "" for none. */
  readonly declaration: string
  /** Namespace of a document's root, where neither member nor shape has one. */
  readonly namespace: string | undefined
  readonly contentType: string
  /** Content type of a payload that is a string. */
  readonly textType: string
  /** `.000Z` in dates. */
  readonly milliseconds: boolean
  /** S3's `x-amz-request-id` and `x-amz-id-2`, or everybody else's `x-amzn-requestid`. */
  readonly s3Ids: boolean
  /** `<Error>` alone, without `<ErrorResponse>` around it. */
  readonly bareErrors: boolean
  /** Root element of an output, by the name of its shape, where it is another one. */
  readonly roots: Readonly<Record<string, string>>
  /** Operations whose only member is the text of the root element itself. */
  readonly unwrapped: readonly string[]
  /** The service's own names of common errors. */
  readonly codes: Readonly<Record<string, string>>
  /** "+" in a path is a space. */
  readonly plusIsSpace: boolean
  /** A document that is not XML, or not of its shape. */
  readonly malformed: (detail: string) => AwsError
  /** A label, parameter or header that is not of its type. */
  readonly fault: FaultWording
}

const XML_1_0 = '<?xml version="1.0" encoding="UTF-8"?>\n'

const RETAIN_UNTIL = "x-amz-object-lock-retain-until-date"

const S3: RestXmlDialect = {
  declaration: XML_1_0,
  namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
  contentType: "application/xml",
  // GetBucketPolicy answers its JSON as what it is.
  textType: "application/json",
  milliseconds: true,
  s3Ids: true,
  bareErrors: true,
  // S3 API reference, "Response Syntax" of each operation.
  roots: {
    CompleteMultipartUploadOutput: "CompleteMultipartUploadResult",
    CreateMultipartUploadOutput: "InitiateMultipartUploadResult",
    CreateSessionOutput: "CreateSessionResult",
    DeleteObjectsOutput: "DeleteResult",
    GetBucketAccelerateConfigurationOutput: "AccelerateConfiguration",
    GetBucketAclOutput: "AccessControlPolicy",
    GetBucketCorsOutput: "CORSConfiguration",
    GetBucketLifecycleConfigurationOutput: "LifecycleConfiguration",
    GetBucketLocationOutput: "LocationConstraint",
    GetBucketLoggingOutput: "BucketLoggingStatus",
    GetBucketRequestPaymentOutput: "RequestPaymentConfiguration",
    GetBucketTaggingOutput: "Tagging",
    GetBucketVersioningOutput: "VersioningConfiguration",
    GetBucketWebsiteOutput: "WebsiteConfiguration",
    GetObjectAclOutput: "AccessControlPolicy",
    GetObjectAttributesOutput: "GetObjectAttributesResponse",
    GetObjectTaggingOutput: "Tagging",
    ListBucketAnalyticsConfigurationsOutput: "ListBucketAnalyticsConfigurationResult",
    ListBucketInventoryConfigurationsOutput: "ListInventoryConfigurationsResult",
    ListBucketMetricsConfigurationsOutput: "ListMetricsConfigurationsResult",
    ListBucketsOutput: "ListAllMyBucketsResult",
    ListDirectoryBucketsOutput: "ListAllMyDirectoryBucketsResult",
    ListMultipartUploadsOutput: "ListMultipartUploadsResult",
    ListObjectVersionsOutput: "ListVersionsResult",
    ListObjectsOutput: "ListBucketResult",
    ListObjectsV2Output: "ListBucketResult",
    ListPartsOutput: "ListPartsResult",
  },
  unwrapped: ["GetBucketLocation"],
  codes: { InternalFailure: "InternalError" },
  // Recorded many times over, though no document says so: a plus in a key has to be sent as %2B.
  plusIsSpace: true,
  malformed: malformedXml,
  fault({ place, name, text, noun }) {
    if (place === "uri" || name === "") {
      return new AwsError("InvalidURI", "Couldn't parse the specified URI.")
    }
    // Recorded for max-keys, quoted by users of retention; the others are by analogy.
    const message =
      noun === "an integer"
        ? `Provided ${name} not an integer or within integer range`
        : name === RETAIN_UNTIL
          ? "The retain until date must be provided in ISO 8601 format"
          : `Invalid value for ${name}: not ${noun}`
    return new AwsError("InvalidArgument", message, {
      members: { ArgumentName: name, ArgumentValue: text },
    })
  },
}

const S3_CONTROL: RestXmlDialect = {
  ...S3,
  namespace: "http://awss3control.amazonaws.com/doc/2018-08-20/",
  textType: "text/plain",
  bareErrors: false,
  plusIsSpace: false,
  roots: {},
  unwrapped: [],
}

const ROUTE53: RestXmlDialect = {
  ...plain(undefined),
  declaration: '<?xml version="1.0"?>\n',
  contentType: "text/xml",
  // Recorded: "Invalid XML ; " and the message of a Java parser.
  malformed: (detail) => new AwsError("InvalidInput", `Invalid XML ; ${detail}`),
  fault: ({ name, noun }) => new AwsError("InvalidInput", `${name} is not ${noun}`),
}

const CLOUDFRONT: RestXmlDialect = {
  ...plain(undefined),
  declaration: '<?xml version="1.0"?>\n',
  contentType: "text/xml",
}

/** The dialect of a service. */
export function restXmlDialect(model: ServiceModel): RestXmlDialect {
  if (model.id === "s3") return S3
  if (model.id === "s3control") return S3_CONTROL
  const namespace = model.xmlNamespace ?? inputNamespace(model)
  if (model.id === "route53") return { ...ROUTE53, namespace }
  if (model.id === "cloudfront") return { ...CLOUDFRONT, namespace }
  return plain(namespace)
}

function plain(namespace: string | undefined): RestXmlDialect {
  return {
    declaration: XML_1_0,
    namespace,
    contentType: "application/xml",
    textType: "text/plain",
    milliseconds: false,
    s3Ids: false,
    bareErrors: false,
    roots: {},
    unwrapped: [],
    codes: {},
    plusIsSpace: false,
    // Recorded from CloudFront, with other messages.
    malformed: (detail) => new AwsError("MalformedInput", detail),
    fault: ({ name, noun }) => new AwsError("MalformedInput", `${name} is not ${noun}`),
  }
}

/** Some models name their namespace only at inputs; their answers carry it all the same. */
function inputNamespace(model: ServiceModel): string | undefined {
  for (const { input, inputXmlNamespace } of Object.values(model.operations)) {
    const payload = input?.payload === undefined ? undefined : input.members[input.payload]
    const space = inputXmlNamespace ?? payload?.xmlNamespace
    if (space !== undefined && space.prefix === undefined) return space.uri
  }
  return undefined
}
