import { serve } from './serve';

void serve(async () => (await import('./ours')).ours);
