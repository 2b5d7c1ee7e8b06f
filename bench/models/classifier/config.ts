/** One mixture-of-experts layer between the numbers and a linear head: [rows, dim] → classes. */
export interface ClassifierConfig {
  rows: number;
  dim: number;
  experts: number;
  topK: number;
  /** Hidden units of one expert; ReLU. */
  hidden: number;
  classes: number;
  /** Weight of the Switch loss. */
  balanceStrength: number;
}
