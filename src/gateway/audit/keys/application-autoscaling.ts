import type { KeyRules } from "../rules.ts"

export const conditionKeys: KeyRules = {
  "application-autoscaling:scalable-dimension": "input.ScalableDimension",
  "application-autoscaling:service-namespace": "input.ServiceNamespace",
  "aws:RequestTag": "request tags",
  "aws:ResourceTag": "resource tags",
  "aws:TagKeys": "request tags",
}
