/** The network of station 01 on one of its curves: what the lab starts with. */
export interface FitConfig {
  hidden: number;
  activation: 'relu';
  target: string;
}
