/** The three errors of 1991 by the names that figures give them, in the order of their equations. */
export const errorNames = ['E₁ cooperative', 'E₂ competitive', 'E₃ mixture of Gaussians'] as const;
