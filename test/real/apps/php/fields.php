<?php
// Answers with fields as long as the one that came, and with repeated ones.
$long = $_SERVER['HTTP_X_LONG'] ?? '';
header('Content-Type: text/plain');
header("X-Echo: $long");
setcookie('a', '1');
setcookie('b', '2');
echo strlen($long);
