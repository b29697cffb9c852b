import { Route, Switch } from 'wouter'
import { Overview } from '../overview/overview.tsx'
import { NotFound } from './not-found.tsx'

export function Pages() {
  return (
    <Switch>
      <Route path="/" component={Overview} />
      <Route component={NotFound} />
    </Switch>
  )
}
