MNIST.words.addWords('zh', 'common', {
  language: '语言',
  colours: '颜色',
  system: '系统',
  light: '浅色',
  dark: '深色',
  pages: '页面',
  draw: '绘制',
  learn: '学习',
  shortcuts: '键盘快捷键',
  'shortcuts-key': '键盘快捷键（?）',
  skip: '跳到画板',
});
