import { expect, test } from "vitest"
import { AwsError } from "./aws-error.ts"
import type { Values } from "./codec.ts"
import { ec2Codec } from "./ec2.ts"
import { postRequest } from "./testing/models.ts"
import { publishedModel } from "./testing/published.ts"

const MODEL = publishedModel("ec2")
const CONTEXT = { requestId: "id-1" }
const codec = ec2Codec()

function decode(name: string, form: string): Values {
  const request = postRequest(`Action=${name}&Version=2016-11-15&${form}`)
  return codec.decode(MODEL, MODEL.operations[name]!, request)
}

function refusal(name: string, form: string): string {
  try {
    decode(name, form)
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`
    throw error
  }
  return "none"
}

test("names are EC2's own, and lists are flattened", () => {
  const form =
    "ImageId=ami-1&MinCount=1&MaxCount=2&SecurityGroupId.1=sg-1&SecurityGroupId.2=sg-2" +
    "&BlockDeviceMapping.1.DeviceName=/dev/sda1&BlockDeviceMapping.1.Ebs.VolumeSize=8" +
    "&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=a" +
    "&TagSpecification.1.Tag.1.Value=b&IamInstanceProfile.Name=p&EbsOptimized=true"
  expect(decode("RunInstances", form)).toEqual({
    ImageId: "ami-1",
    MinCount: 1,
    MaxCount: 2,
    SecurityGroupIds: ["sg-1", "sg-2"],
    BlockDeviceMappings: [{ DeviceName: "/dev/sda1", Ebs: { VolumeSize: 8 } }],
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "a", Value: "b" }] }],
    IamInstanceProfile: { Name: "p" },
    EbsOptimized: true,
  })
})

test("a parameter that the operation does not have is refused by its segment", () => {
  expect(refusal("DescribeVpcs", "Colour=red")).toBe(
    "UnknownParameter: The parameter Colour is not recognized",
  )
  expect(refusal("CreateTags", "ResourceId.1=i-1&Tag.Item.1.Key=a")).toBe(
    "UnknownParameter: The parameter Item is not recognized",
  )
  expect(refusal("DescribeVpcs", "__proto__=1")).toMatch(/^UnknownParameter/)
  expect(refusal("DescribeVpcs", "VpcId.1.x=1")).toMatch(/^UnknownParameter/)
  expect(refusal("DescribeVpcs", "VpcId.x=1")).toMatch(/^UnknownParameter/)
})

test("parameters of signatures are not the operation's", () => {
  const signed =
    "AWSAccessKeyId=x&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=now&Signature=s" +
    "&X-Amz-Date=now&X-Amz-Security-Token=t&VpcId.1=vpc-1"
  expect(decode("DescribeVpcs", signed)).toEqual({ VpcIds: ["vpc-1"] })
})

test("values of a wrong type and repeated parameters are refused", () => {
  expect(refusal("DescribeVpcs", "MaxResults=many")).toBe(
    "InvalidParameterValue: Value (many) for parameter MaxResults is invalid.",
  )
  expect(refusal("DescribeVpcs", "DryRun=perhaps")).toMatch(/^InvalidParameterValue/)
  expect(refusal("DescribeVpcs", "NextToken=a&NextToken=b")).toMatch(/NextToken is repeated/)
  expect(refusal("DescribeVpcs", "NextToken=%")).toMatch(/^MalformedQueryString/)
})

test("the version has to be there, and to be ours", () => {
  const send = (form: string) => () =>
    codec.decode(MODEL, MODEL.operations["DescribeVpcs"]!, postRequest(form))
  expect(send("Action=DescribeVpcs")).toThrow("must contain the parameter Version")
  expect(send("Action=DescribeVpcs&Version=2009-01-01")).toThrow("2009-01-01")
})

test("an answer names its request first, and has dates with milliseconds", () => {
  const output = { Volumes: [{ VolumeId: "vol-1", CreateTime: 1_500_000_000_000, Size: 8 }] }
  const answer = codec.encode(MODEL, MODEL.operations["DescribeVolumes"]!, output, CONTEXT)
  expect(answer.headers["content-type"]).toBe("text/xml;charset=UTF-8")
  expect(answer.body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
      "<requestId>id-1</requestId><volumeSet><item><volumeId>vol-1</volumeId><size>8</size>" +
      "<createTime>2017-07-14T02:40:00.000Z</createTime></item></volumeSet>" +
      "</DescribeVolumesResponse>",
  )
})

test("an operation without output answers true", () => {
  const { body } = codec.encode(MODEL, MODEL.operations["DeleteVpc"]!, {}, CONTEXT)
  expect(body).toContain("<requestId>id-1</requestId><return>true</return></DeleteVpcResponse>")
})

test("errors are in EC2's envelope, with its statuses", () => {
  const answer = (code: string, text: string) =>
    codec.encodeError(MODEL, undefined, new AwsError(code, text), CONTEXT)
  const missing = answer("InvalidVpcID.NotFound", "The vpc ID 'vpc-<1>' does not exist")
  expect(missing.status).toBe(400)
  expect(missing.body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>' +
      "<Code>InvalidVpcID.NotFound</Code><Message>The vpc ID 'vpc-&lt;1&gt;' does not exist" +
      "</Message></Error></Errors><RequestID>id-1</RequestID></Response>",
  )
  expect(answer("UnauthorizedOperation", "").status).toBe(403)
  expect(answer("RequestLimitExceeded", "").status).toBe(503)
})
