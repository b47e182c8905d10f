package engine

import (
	"context"

	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/service"
	"github.com/cometbft/cometbft/proxy"
)

// localApp connects the engine to the application in the same process.
//
// CometBFT's own local clients take a lock around every call, so that one
// transaction is checked at a time. App.CheckTx is safe for concurrent use and
// the engine's other calls come from one goroutine anyway, so there is no lock.
type localApp struct{ app abci.Application }

var _ proxy.ClientCreator = localApp{}

// NewABCIClient makes one of the engine's four connections.
func (l localApp) NewABCIClient() (abcicli.Client, error) {
	c := &localClient{Application: l.app}
	c.BaseService = *service.NewBaseService(nil, "localClient", c)
	return c, nil
}

type localClient struct {
	service.BaseService
	abci.Application
	answered abcicli.Callback
}

var _ abcicli.Client = (*localClient)(nil)

// SetResponseCallback is called once, before the first transaction.
func (c *localClient) SetResponseCallback(cb abcicli.Callback) { c.answered = cb }

// CheckTxAsync has the answer by the time it returns.
func (c *localClient) CheckTxAsync(ctx context.Context, req *abci.RequestCheckTx) (*abcicli.ReqRes, error) {
	res, err := c.Application.CheckTx(ctx, req)
	if err != nil {
		return nil, err
	}
	asked, answer := abci.ToRequestCheckTx(req), abci.ToResponseCheckTx(res)
	if c.answered != nil {
		c.answered(asked, answer)
	}
	pair := abcicli.NewReqRes(asked)
	pair.Response = answer
	pair.InvokeCallback()
	return pair, nil
}

func (c *localClient) Error() error { return nil }

func (c *localClient) Flush(context.Context) error { return nil }

func (c *localClient) Echo(_ context.Context, msg string) (*abci.ResponseEcho, error) {
	return &abci.ResponseEcho{Message: msg}, nil
}
