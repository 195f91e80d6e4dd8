-- What is under way when HAProxy is reloaded: an answer that takes two seconds, and one that
-- comes in parts.

local function answer(applet, pause, parts)
    applet:set_status(200)
    applet:add_header("content-type", "text/plain")
    applet:add_header("content-length", tostring(5 * parts))
    applet:start_response()
    for _ = 1, parts do
        applet:send("hello")
        core.msleep(pause)
    end
end

core.register_service("work", "http", function(applet)
    core.msleep(2000)
    answer(applet, 0, 1)
end)

core.register_service("stream", "http", function(applet)
    answer(applet, 20, 100)
end)
