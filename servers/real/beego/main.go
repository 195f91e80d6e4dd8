// beego v2 with the controller of its documentation's chapter on hot upgrades, served by its
// package grace.  SIGHUP starts what os.Args[0] names now, which inherits the listener and
// tells its parent by SIGTERM to go.  With -by run it is web.Run that serves, Graceful = true.
package main

import (
	"flag"
	"io"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/beego/beego/v2/server/web"
	"github.com/beego/beego/v2/server/web/grace"

	"hupproof/answer"
)

var version = "v1" // go build -ldflags "-X main.version=v2"

type MainController struct {
	web.Controller
}

func (c *MainController) Get() {
	a, _ := c.GetInt("sleep")
	time.Sleep(time.Duration(a) * time.Second)
	c.Ctx.Output.Header("X-Version", version)
	c.Ctx.WriteString("ospid:" + strconv.Itoa(os.Getpid()))
	answer.Stream(c.Ctx.ResponseWriter, answer.Seconds(c.Ctx.Request, "stream"))
}

func (c *MainController) Post() {
	io.Copy(io.Discard, c.Ctx.Request.Body)
	c.Get()
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "address")
	by := flag.String("by", "grace", "who serves: grace (grace.ListenAndServe) or run (web.Run)")
	flag.Parse()

	web.BConfig.RunMode = web.PROD
	if *by == "run" {
		web.BConfig.Listen.Graceful = true
		web.Router("/", &MainController{})
		web.Run(*listen)
		return
	}
	handlers := web.NewControllerRegister()
	handlers.Add("/", &MainController{})
	handlers.Init()
	if err := grace.ListenAndServe(*listen, handlers); err != nil {
		log.Println(err)
	}
	log.Println("Server on", *listen, "stopped")
}
