// Which Sealift this is. One number for all packages.

import server from '../package.json' with { type: 'json' }

export const SERVER_VERSION: string = server.version
