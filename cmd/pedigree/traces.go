package main

import (
	"cmp"
	"context"
	"os"
	"time"

	"pedigree/internal/config"
	"pedigree/internal/obs"
)

// tracesStopWait is how long a node that stops waits for its last spans to be sent.
const tracesStopWait = 3 * time.Second

// sendTraces begins to send spans, if the configuration or the environment names a
// collector.
func (r *running) sendTraces(ctx context.Context, c config.Traces) (err error) {
	endpoint := cmp.Or(c.Endpoint, os.Getenv(obs.EndpointVariable))
	if endpoint == "" {
		return nil
	}
	r.stopTraces, err = obs.SendTraces(ctx, endpoint, version, r.log)
	return err
}

// endTraces sends what waits.
func (r *running) endTraces() error {
	if r.stopTraces == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), tracesStopWait)
	defer cancel()
	return r.stopTraces(ctx)
}
