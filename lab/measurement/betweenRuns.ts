/**
 * How much runs differ that share everything but their seeds: the intraclass correlation ρ of answers in one run, as in a
 * Dirichlet-multinomial with φ = (1−ρ)/ρ. Plain distributions; must not know where they come from.
 *
 * For a response with mean p over runs the variance between runs is ρ·p·(1−p); ρ is the ratio of the sums of both over
 * groups of runs and responses.
 */

/** `groups`: for each group of runs, each run's exact distribution over one situation's responses. */
export function betweenRuns(groups: readonly (readonly Float64Array[])[]): number | null {
  let [variance, binomial] = [0, 0];
  for (const runs of groups) {
    if (runs.length < 2) continue;
    for (let y = 0; y < (runs[0]?.length ?? 0); y++) {
      const p = runs.map((run) => run[y] ?? 0);
      const mean = p.reduce((sum, x) => sum + x, 0) / p.length;
      const between = p.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (p.length - 1);
      variance += between;
      // The mean's own variance makes mean·(1−mean) too small by the variance over the number of runs.
      binomial += mean * (1 - mean) + between / p.length;
    }
  }
  return binomial > 0 ? variance / binomial : null;
}
