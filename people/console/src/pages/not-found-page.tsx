// There is no such page.

import { Link } from '@tanstack/react-router'
import { buttonLook } from '../parts/button.tsx'
import { PageHead } from '../parts/page-head.tsx'

export function NotFoundPage() {
  return (
    <>
      <PageHead title="No such page" lead="The address may be mistyped, or what it named is gone." />
      <Link to="/" className={buttonLook('plain')}>
        To the fleet
      </Link>
    </>
  )
}
