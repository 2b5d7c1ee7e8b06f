import { serve } from './serve';

void serve(async () => (await import('./plain')).plain);
