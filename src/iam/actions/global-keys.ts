/** ("Condition keys table", service authorization reference.) */
export type KeyType =
  | "String"
  | "ARN"
  | "Bool"
  | "Numeric"
  | "Date"
  | "IPAddress"
  | "ArrayOfString"
  | "ArrayOfARN"
  | "ArrayOfBool"

/** Keys that every service's requests may have ("AWS global condition context keys"). */
export const GLOBAL_KEYS: ReadonlyMap<string, KeyType> = Object.freeze(
  new Map<string, KeyType>([
    ["aws:AssumedRoot", "Bool"],
    ["aws:CalledVia", "ArrayOfString"],
    ["aws:CalledViaAWSMCP", "String"],
    ["aws:CalledViaFirst", "String"],
    ["aws:CalledViaLast", "String"],
    ["aws:ChatbotSourceArn", "ARN"],
    ["aws:CurrentTime", "Date"],
    ["aws:Ec2InstanceSourceVpc", "String"],
    ["aws:Ec2InstanceSourcePrivateIPv4", "IPAddress"],
    ["aws:EpochTime", "Date"],
    ["aws:FederatedProvider", "String"],
    ["aws:IsMcpServiceAction", "Bool"],
    ["aws:MultiFactorAuthAge", "Numeric"],
    ["aws:MultiFactorAuthPresent", "Bool"],
    ["aws:PrincipalAccount", "String"],
    ["aws:PrincipalArn", "ARN"],
    ["aws:PrincipalIsAWSService", "Bool"],
    ["aws:PrincipalOrgID", "String"],
    ["aws:PrincipalOrgPaths", "ArrayOfString"],
    ["aws:PrincipalServiceName", "String"],
    ["aws:PrincipalServiceNamesList", "ArrayOfString"],
    ["aws:PrincipalTag/${TagKey}", "String"],
    ["aws:PrincipalType", "String"],
    ["aws:Referer", "String"],
    ["aws:RequestedRegion", "String"],
    ["aws:RequestTag/${TagKey}", "String"],
    ["aws:ResourceAccount", "String"],
    ["aws:ResourceOrgID", "String"],
    ["aws:ResourceOrgPaths", "ArrayOfString"],
    ["aws:ResourceTag/${TagKey}", "String"],
    ["aws:SecureTransport", "Bool"],
    ["aws:SignInSessionArn", "ARN"],
    ["aws:SourceAccount", "String"],
    ["aws:SourceArn", "ARN"],
    ["aws:SourceIdentity", "String"],
    ["aws:SourceIp", "IPAddress"],
    ["aws:SourceOrgID", "String"],
    ["aws:SourceOrgPaths", "ArrayOfString"],
    ["aws:SourceVpc", "String"],
    ["aws:SourceVpcArn", "ARN"],
    ["aws:SourceVpce", "String"],
    ["aws:TagKeys", "ArrayOfString"],
    ["aws:TokenIssueTime", "Date"],
    ["aws:UserAgent", "String"],
    ["aws:userid", "String"],
    ["aws:username", "String"],
    ["aws:ViaAWSService", "Bool"],
    ["aws:VpceAccount", "String"],
    ["aws:VpceOrgID", "String"],
    ["aws:VpceOrgPaths", "ArrayOfString"],
    ["aws:VpcSourceIp", "IPAddress"],
  ]),
)
