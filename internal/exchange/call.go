package exchange

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"pedigree/proof"
)

// mediaType is that of everything but chunks.
const mediaType = "application/cbor"

// call talks to a partner's node about one delivery.
type call struct {
	http *http.Client
	addr string
	id   proof.Hash
}

func (c call) offer(ctx context.Context, head []byte) (progress, error) {
	return c.do(ctx, http.MethodPut, "", head, mediaType, offerWait)
}

func (c call) part(ctx context.Context, at uint64, b []byte) (progress, error) {
	return c.do(ctx, http.MethodPatch, "?at="+strconv.FormatUint(at, 10), b, "application/octet-stream", partWait)
}

func (c call) commit(ctx context.Context) (progress, error) {
	return c.do(ctx, http.MethodPost, "", nil, mediaType, commitWait)
}

// do makes a request and reads its answer. Whatever is not of this protocol is the
// same as no answer.
func (c call) do(ctx context.Context, method, query string, body []byte, kind string, wait time.Duration) (progress, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "https://"+c.addr+deliveriesPath+c.id.String()+query, bytes.NewReader(body))
	if err != nil {
		return progress{}, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	req.Header.Set("Content-Type", kind)
	res, err := c.http.Do(req)
	if err != nil {
		return progress{}, fmt.Errorf("%w: %w", errUnreachable, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, replyBytesMax+1))
	if err != nil || len(answer) > replyBytesMax {
		return progress{}, fmt.Errorf("%w: its answer broke off or has more than %d bytes", errUnreachable, replyBytesMax)
	}
	if res.StatusCode == http.StatusOK {
		p, err := decodeProgress(answer)
		if err != nil {
			return p, fmt.Errorf("%w: %w", errUnreachable, err)
		}
		return p, nil
	}
	refusal, err := decodeRefusal(answer)
	if err != nil {
		return progress{}, fmt.Errorf("%w: it answers with status %d, and with nothing of this protocol", errUnreachable, res.StatusCode)
	}
	return progress{}, refusal
}
