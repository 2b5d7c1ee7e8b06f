import { fromSettle } from './shared/from-settle';

export default fromSettle;
