import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": {
    when: "resource tags",
    not: { CreateSecret: "nothing that it could tell" },
  },
  "aws:TagKeys": "request tags",
  "secretsmanager:AddReplicaRegions": "sometimes",
  "secretsmanager:BlockPublicPolicy": "input.BlockPublicPolicy",
  "secretsmanager:Description": "input.Description",
  // Secrets of other companies' software are none that this one has.
  "secretsmanager:ExternalSecretRotationRoleArn": { not: { "*": "feature not here" } },
  "secretsmanager:ForceDeleteWithoutRecovery": "input.ForceDeleteWithoutRecovery",
  "secretsmanager:ForceOverwriteReplicaSecret": "input.ForceOverwriteReplicaSecret",
  "secretsmanager:KmsKeyArn": "sometimes",
  "secretsmanager:KmsKeyId": "input.KmsKeyId",
  "secretsmanager:ModifyRotationRules": "sometimes",
  "secretsmanager:Name": "input.Name",
  "secretsmanager:RecoveryWindowInDays": "input.RecoveryWindowInDays",
  "secretsmanager:ResourceTag": {
    when: "resource tags",
    not: { CreateSecret: "nothing that it could tell" },
  },
  "secretsmanager:RotateImmediately": "input.RotateImmediately",
  "secretsmanager:RotationLambdaARN": "input.RotationLambdaARN",
  // A policy may be validated for no secret in particular.
  "secretsmanager:SecretId": "sometimes",
  "secretsmanager:SecretPrimaryRegion": "sometimes",
  "secretsmanager:Type": "input.Type",
  "secretsmanager:VersionId": "input.VersionId",
  "secretsmanager:VersionStage": "input.VersionStage",
  "secretsmanager:resource/AllowRotationLambdaArn": {
    when: "sometimes",
    not: { CreateSecret: "nothing that it could tell" },
  },
  "secretsmanager:resource/Type": { not: { "*": "feature not here" } },
}
