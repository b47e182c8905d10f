package vault

import (
	"context"
	"fmt"
	"sync"
)

// joined are the servers that vaults of this process name by their URL. Those of
// one URL share its connections; the last one closes them.
var joined struct {
	sync.Mutex
	byURL map[string]*joinedServer
}

type joinedServer struct {
	*Server
	vaults int
}

// join returns the server of a URL, connecting when it is the first to name it,
// and how to leave it.
func join(ctx context.Context, c ServerConfig) (s *Server, leave func() error, err error) {
	joined.Lock()
	defer joined.Unlock()
	name := fmt.Sprintf("%q %q", c.URL, c.PasswordFile)
	j := joined.byURL[name]
	if j == nil {
		if s, err = Connect(ctx, c); err != nil {
			return nil, nil, err
		}
		j = &joinedServer{Server: s}
		if joined.byURL == nil {
			joined.byURL = map[string]*joinedServer{}
		}
		joined.byURL[name] = j
	}
	j.vaults++
	return j.Server, func() error { return j.leave(name) }, nil
}

func (j *joinedServer) leave(name string) error {
	joined.Lock()
	defer joined.Unlock()
	if j.vaults--; j.vaults > 0 {
		return nil
	}
	delete(joined.byURL, name)
	return j.Close()
}
