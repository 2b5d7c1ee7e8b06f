/** The engine's worker: owns the device, so that the page only draws. */
import { loadExperiment } from '../../model/experiments';
import { serve } from './serve';

serve(loadExperiment);
