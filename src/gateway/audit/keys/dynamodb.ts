import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": {
    when: "resource tags",
    not: {
      CreateTableReplica: "nothing that it could tell",
      CreateGlobalTableWitness: "nothing that it could tell",
      DescribeStream: "not verified",
      GetRecords: "not verified",
      GetShardIterator: "not verified",
      ListExports: "not verified",
      ListImports: "not verified",
      RestoreTableFromBackup: "nothing that it could tell",
    },
  },
  "aws:TagKeys": "request tags",
  "dynamodb:Attributes": "sometimes",
  "dynamodb:EnclosingOperation": "sometimes",
  "dynamodb:FullTableScan": "always",
  "dynamodb:LeadingKeys": "sometimes",
  "dynamodb:ReturnConsumedCapacity": "input.ReturnConsumedCapacity",
  "dynamodb:ReturnValues": {
    when: "input.ReturnValues",
    not: { Query: "nothing that it could tell", Scan: "nothing that it could tell" },
  },
  "dynamodb:Select": "sometimes",
}
