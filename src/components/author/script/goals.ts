/** Exercises with a goal: the lab tells the page what a run has reached. */
import { storage } from '../../../reader/storage';

const exercises = [...document.querySelectorAll<HTMLElement>('.exercise[data-goal]')];

function mark(exercise: HTMLElement, words: string): void {
  exercise.dataset.met = '';
  const check = exercise.querySelector('.exercise-check');
  if (check) check.textContent = words;
}

for (const exercise of exercises)
  if (storage.list('goals').includes(exercise.dataset.goal!))
    mark(exercise, 'Reached on an earlier run of yours.');

addEventListener('switchyard:goal', (event) => {
  const { lab, goal, met } = (event as CustomEvent<{ lab: string; goal: string; met: boolean }>)
    .detail;
  if (!met) return;
  const name = `${lab}.${goal}`;
  storage.add('goals', name);
  for (const exercise of exercises)
    if (exercise.dataset.goal === name) mark(exercise, 'Reached on your own run.');
});
