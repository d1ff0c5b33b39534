import type { SecretsmanagerModel } from "../../models/types/secretsmanager.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<SecretsmanagerModel>()
export type In<Name extends keyof SecretsmanagerModel> = SecretsmanagerModel[Name]["input"]
export type Out<Name extends keyof SecretsmanagerModel> = SecretsmanagerModel[Name]["output"]
