package vault

import (
	"context"
	"errors"
	"fmt"
)

// Sizes are the bytes that each vault on the server takes, with its indexes, by the
// vault's name.
func (s *Server) Sizes(ctx context.Context) (sizes map[string]int64, err error) {
	found, err := s.readers.QueryContext(ctx, `SELECT substr(n.nspname, length($1) + 1), CAST(SUM(pg_total_relation_size(c.oid)) AS BIGINT)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE starts_with(n.nspname, $1) AND c.relkind = 'r' GROUP BY n.nspname`, schemaPrefix)
	if err != nil {
		return nil, fmt.Errorf("couldn't ask the database server for sizes: %w", err)
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	sizes = map[string]int64{}
	for found.Next() {
		var name string
		var bytes int64
		if err := found.Scan(&name, &bytes); err != nil {
			return nil, fmt.Errorf("couldn't read the database server's sizes: %w", err)
		}
		sizes[name] = bytes
	}
	return sizes, found.Err()
}
