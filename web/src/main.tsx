import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Refused } from './api/client'
import { applyLook } from './app/look'
import { router } from './app/router'
import { startWords } from './words'
import './style/base.css'
import './style/shell.css'
import './style/parts.css'

applyLook()

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays one however often it is asked; a node that is away comes back.
      retry: (count, error) => !(error instanceof Refused) && count < 3,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

await startWords()
const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
