import type { ApplicationAutoscalingModel } from "../../models/types/application-autoscaling.ts"
import { operations } from "../../registry/operation.ts"

export const op = operations<ApplicationAutoscalingModel>()
export type In<Name extends keyof ApplicationAutoscalingModel> =
  ApplicationAutoscalingModel[Name]["input"]
export type Out<Name extends keyof ApplicationAutoscalingModel> =
  ApplicationAutoscalingModel[Name]["output"]
