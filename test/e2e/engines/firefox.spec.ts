import { firefox } from '../../../scripts/engines.mjs';
import { startFirefox } from './firefox';
import { tellStories } from './stories';

const path = firefox();
tellStories('Firefox', path ? () => startFirefox(path) : undefined);
