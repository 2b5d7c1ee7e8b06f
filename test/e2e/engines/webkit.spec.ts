import { webkit } from '../../../scripts/engines.mjs';
import { tellStories } from './stories';
import { startWebKit } from './webkit';

const parts = webkit();
tellStories('WebKit', parts ? () => startWebKit(parts) : undefined);
