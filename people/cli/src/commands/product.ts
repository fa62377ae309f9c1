// `sealift product`: product lines, their hardware and their support dates.

import type { Verbs } from '../command.ts'
import { addProduct } from './product-add.ts'
import { listProducts, showProduct } from './product-list.ts'
import { productSupport } from './product-support.ts'

export const product: Verbs = { add: addProduct, list: listProducts, show: showProduct, support: productSupport }
