<?php
header('Content-Type: text/plain');
echo "front of {$_SERVER['REQUEST_URI']} as {$_SERVER['SCRIPT_NAME']}\n";
