import type { KeyRules, WhyNot } from "./rules.ts"
import { conditionKeys as accessanalyzer } from "./keys/accessanalyzer.ts"
import { conditionKeys as account } from "./keys/account.ts"
import { conditionKeys as acm } from "./keys/acm.ts"
import { conditionKeys as acmPca } from "./keys/acm-pca.ts"
import { conditionKeys as applicationAutoscaling } from "./keys/application-autoscaling.ts"
import { conditionKeys as cloudhsmv2 } from "./keys/cloudhsmv2.ts"
import { conditionKeys as dax } from "./keys/dax.ts"
import { conditionKeys as dynamodb } from "./keys/dynamodb.ts"
import { conditionKeys as ec2 } from "./keys/ec2.ts"
import { conditionKeys as glacier } from "./keys/glacier.ts"
import { conditionKeys as iam } from "./keys/iam.ts"
import { conditionKeys as kms } from "./keys/kms.ts"
import { conditionKeys as organizations } from "./keys/organizations.ts"
import { conditionKeys as secretsmanager } from "./keys/secretsmanager.ts"
import { conditionKeys as sqs } from "./keys/sqs.ts"
import { conditionKeys as ssm } from "./keys/ssm.ts"
import { conditionKeys as sts } from "./keys/sts.ts"
import { s3, s3express, s3ObjectLambda } from "./keys/s3.ts"

/** By the prefix of actions, which services may share. */
const RULES: Readonly<Record<string, KeyRules>> = Object.freeze({
  "access-analyzer": accessanalyzer,
  account,
  acm,
  "acm-pca": acmPca,
  "application-autoscaling": applicationAutoscaling,
  cloudhsm: cloudhsmv2,
  dax,
  dynamodb,
  ec2,
  glacier,
  iam,
  kms,
  organizations,
  s3,
  "s3-object-lambda": s3ObjectLambda,
  s3express,
  secretsmanager,
  sqs,
  ssm,
  sts,
  tag: {},
})

/** What requests for the actions of a prefix carry; undefined where no service here has them. */
export const conditionKeysOf = (prefix: string): KeyRules | undefined =>
  Object.hasOwn(RULES, prefix) ? RULES[prefix] : undefined

/** Global keys ("AWS global condition context keys") that no request carries. */
export const GLOBAL_KEYS_NOT_HERE: Readonly<Record<string, WhyNot>> = Object.freeze({
  "aws:CalledViaAWSMCP": "service not here",
  "aws:ChatbotSourceArn": "service not here",
  "aws:Ec2InstanceSourcePrivateIPv4": "service not here",
  "aws:Ec2InstanceSourceVpc": "service not here",
  "aws:IsMcpServiceAction": "service not here",
  "aws:SignInSessionArn": "feature not here",
  "aws:SourceVpc": "no VPC endpoints yet",
  "aws:SourceVpcArn": "no VPC endpoints yet",
  "aws:SourceVpce": "no VPC endpoints yet",
  "aws:VpceAccount": "no VPC endpoints yet",
  "aws:VpceOrgID": "no VPC endpoints yet",
  "aws:VpceOrgPaths": "no VPC endpoints yet",
  "aws:VpcSourceIp": "no VPC endpoints yet",
})
